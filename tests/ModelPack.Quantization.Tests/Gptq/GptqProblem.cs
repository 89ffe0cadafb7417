using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelPack.Quantization.Gptq;

namespace ModelPack.Tests;

/// <summary>One of the step-by-step problems of shared/goldens/gptq.</summary>
internal sealed class GptqProblem
{
    private readonly byte[] _bytes;
    private readonly JsonElement _header;
    private readonly int _start;

    public GptqProblem(string path)
    {
        _bytes = File.ReadAllBytes(path);
        _start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(_bytes);
        _header = JsonDocument.Parse(_bytes.AsMemory(8, _start - 8)).RootElement;
        Format = new CodeFormat(int.Parse(Metadata("bits")), int.Parse(Metadata("group")), bool.Parse(Metadata("sym")));
    }

    public static readonly string[] Names =
    [
        "p1-k64-g32-asym-none", "p2-k64-g32-sym-static", "p3-k128-g64-asym-static-dead",
        "p4-k128-g32-asym-search-static", "p5-k256-g64-sym-static-few-rows", "p6-k256-g32-3bit-asym-static-singular",
    ];

    public static GptqProblem Open(string name) => new(SharedFolder.Require($"goldens/gptq/{name}.safetensors"));

    public CodeFormat Format { get; }

    public int Rows => Floats("W").Length / Columns;

    public int Columns => Integers("order").Length;

    public double DampingShare => double.Parse(Metadata("damping"));

    public bool ActivationOrder => Metadata("order") == "static";

    public string ScaleRule => Metadata("scale_rule");

    public double Error => double.Parse(Metadata("output_error"));

    public string Metadata(string key) => _header.GetProperty("__metadata__").GetProperty(key).GetString()!;

    public float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(Data(name)).ToArray();

    public Half[] Halves(string name) => MemoryMarshal.Cast<byte, Half>(Data(name)).ToArray();

    public int[] Integers(string name) => MemoryMarshal.Cast<byte, int>(Data(name)).ToArray();

    public byte[] Bytes(string name) => Data(name).ToArray();

    /// <summary>A row block with the problem's weights (dead columns cleared), scales and zero points.</summary>
    public RowBlock Block(int[] dead)
    {
        var block = new RowBlock(Rows, Columns, Format);
        Floats("W").CopyTo(block.Weights, 0);
        DeadColumns.Clear(block.Weights, Columns, dead);
        Array.ConvertAll(Halves("scales"), static scale => (float)scale).CopyTo(block.Scales, 0);
        Array.ConvertAll(Bytes("zero_points"), static zero => (float)zero).CopyTo(block.Zeros, 0);
        return block;
    }

    private ReadOnlySpan<byte> Data(string name)
    {
        JsonElement range = _header.GetProperty(name).GetProperty("data_offsets");
        return _bytes.AsSpan((_start + range[0].GetInt32())..(_start + range[1].GetInt32()));
    }
}
