using ModelPack.Formats.Onnx;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.OnnxModels.Writing;

/// <summary>Writes a changed model and its data file. Dispose it to close the data file.</summary>
internal sealed class ModelFiles : IDisposable
{
    public const string ModelName = "model.onnx";
    public const string DataName = "model.onnx.data";

    private ModelFiles(string folder, ModelLayout layout, DataFile data)
    {
        ModelFile = Path.Combine(folder, ModelName);
        Layout = layout;
        Data = data;
    }

    /// <summary>Full path of the model.</summary>
    public string ModelFile { get; }

    /// <summary>Where everything lies.</summary>
    public ModelLayout Layout { get; }

    /// <summary>The data file; what is made while writing goes there.</summary>
    public DataFile Data { get; }

    /// <summary>Bytes of both files.</summary>
    public long Bytes => Layout.Length + new FileInfo(ModelFile).Length;

    /// <summary>Writes the model and every value that is there already.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The changed model; its graph then names the new data file.</param>
    /// <param name="made">Names of external initializers that are made while writing.</param>
    /// <param name="sameBytes">Names of those that show the bytes of another one.</param>
    /// <param name="cancellation">Checked between tensors.</param>
    /// <exception cref="ModelPackException">No space, or a source that became shorter.</exception>
    public static ModelFiles Write(string folder, OnnxModel model, IReadOnlyCollection<string> made, IReadOnlyDictionary<string, string> sameBytes, CancellationToken cancellation)
    {
        ModelLayout layout = ModelLayout.Assign(model, made, sameBytes, DataName);
        OnnxFile.Write(Path.Combine(folder, ModelName), model.Proto);
        DataFile data = DataFile.Create(Path.Combine(folder, DataName), layout.Length);
        try
        {
            var buffer = new byte[1 << 20];
            foreach (PlacedTensor tensor in layout.Tensors.Where(tensor => tensor.Source is not null))
            {
                cancellation.ThrowIfCancellationRequested();
                for (long done = 0; done < tensor.Length; done += buffer.Length)
                {
                    Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Length - done));
                    tensor.Source!.ReadBytes(done, piece);
                    data.Write(tensor.Offset + done, piece);
                }

                tensor.Source!.Release(0, tensor.Length);
            }

            return new ModelFiles(folder, layout, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Data.Dispose();
}
