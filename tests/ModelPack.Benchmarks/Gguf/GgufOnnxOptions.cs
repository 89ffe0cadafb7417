using System.Globalization;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>Arguments of `gguf-onnx`: `--models smollm2,wide --types Q4_0,... --windows 4 --tokens 32 --rounds 5 --threads 1 --page FILE`.</summary>
internal sealed class GgufOnnxOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public GgufOnnxOptions(string[] arguments)
    {
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            _values[arguments[i]] = arguments[i + 1];
        }
    }

    public string[] Models => List("--models", "smollm2,wide");

    public string[] Types => List("--types", "");

    public int Windows => Number("--windows", 4);

    public int Tokens => Number("--tokens", 32);

    public int Rounds => Number("--rounds", 5);

    public int Threads => Number("--threads", 1);

    public string Page => _values.GetValueOrDefault("--page") ?? Path.Combine(Repository.Root, "docs", "gguf-onnx.md");

    private string[] List(string name, string absent) => (_values.GetValueOrDefault(name) ?? absent).Split(',', StringSplitOptions.RemoveEmptyEntries);

    private int Number(string name, int absent) => _values.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : absent;
}
