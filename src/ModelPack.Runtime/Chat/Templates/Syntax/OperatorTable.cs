using ModelPack.Runtime.Chat.Templates.Nodes;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>The operators, by how loosely they bind.</summary>
internal static class OperatorTable
{
    public static Dictionary<string, ComparisonFunction> Comparisons { get; } = new(StringComparer.Ordinal)
    {
        ["=="] = (RenderState state, in Value left, in Value right) => Comparison.AreEqual(state.Meter, left, right),
        ["!="] = (RenderState state, in Value left, in Value right) => !Comparison.AreEqual(state.Meter, left, right),
        ["<"] = (RenderState state, in Value left, in Value right) => Comparison.Order(state.Meter, left, right, "<") < 0,
        ["<="] = (RenderState state, in Value left, in Value right) => Comparison.Order(state.Meter, left, right, "<=") <= 0,
        [">"] = (RenderState state, in Value left, in Value right) => Comparison.Order(state.Meter, left, right, ">") > 0,
        [">="] = (RenderState state, in Value left, in Value right) => Comparison.Order(state.Meter, left, right, ">=") >= 0,
    };

    /// <summary>From the loosest to the tightest; null is the place of <c>~</c>.</summary>
    public static Dictionary<string, BinaryFunction>?[] BinaryLevels { get; } =
    [
        new(StringComparer.Ordinal) { ["+"] = Arithmetic.Add, ["-"] = Arithmetic.Subtract },
        null,
        new(StringComparer.Ordinal)
        {
            ["*"] = Arithmetic.Multiply,
            ["/"] = Arithmetic.Divide,
            ["//"] = Arithmetic.FloorDivide,
            ["%"] = Arithmetic.Modulo,
        },
        new(StringComparer.Ordinal) { ["**"] = Arithmetic.Power },
    ];

    public static bool In(RenderState state, in Value left, in Value right) => Comparison.Contains(state, right, left);

    public static bool NotIn(RenderState state, in Value left, in Value right) => !Comparison.Contains(state, right, left);
}
