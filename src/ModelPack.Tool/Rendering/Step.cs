namespace ModelPack.Tool.Rendering;

/// <summary>How far a piece of work is.</summary>
/// <param name="Stage">What is being done; a new text begins a new stage.</param>
/// <param name="Done">Units done of this stage.</param>
/// <param name="Total">Units of this stage; 0 while unknown.</param>
/// <param name="Item">What is at hand, such as a tensor's name.</param>
internal readonly record struct Step(string Stage, long Done, long Total, string? Item = null);
