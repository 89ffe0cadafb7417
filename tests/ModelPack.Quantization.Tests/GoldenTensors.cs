using ModelPack.Formats.Safetensors;

namespace ModelPack.Tests;

/// <summary>Tensors of a reference file below shared/.</summary>
internal sealed class GoldenTensors(string relativePath) : IDisposable
{
    private readonly SafetensorsCheckpoint _file = SafetensorsCheckpoint.Open(SharedFolder.Require(relativePath));

    public IEnumerable<string> Names => _file.Tensors.Keys;

    public int Columns(string name) => (int)_file.Tensors[name].Shape[^1];

    public float[] Floats(string name)
    {
        var values = new float[_file.Tensors[name].ElementCount];
        _file.Tensors[name].ReadFloat32(0, values);
        return values;
    }

    public byte[] Bytes(string name)
    {
        var values = new byte[_file.Tensors[name].ByteLength];
        _file.Tensors[name].ReadBytes(0, values);
        return values;
    }

    public void Dispose() => _file.Dispose();
}
