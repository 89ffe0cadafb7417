using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Writing;

/// <summary>Where every part of every weight lies in the data file. Immutable, thread-safe.</summary>
internal sealed class GraphLayout
{
    private readonly Dictionary<string, List<PartPlace>> _places = new(StringComparer.Ordinal);

    private GraphLayout(string file, long length, Dictionary<string, long> offsets, List<ConstantPlace> constants)
    {
        File = file;
        Length = length;
        Offsets = offsets;
        Constants = constants;
    }

    /// <summary>Name of the data file.</summary>
    public string File { get; }

    /// <summary>Bytes of the data file.</summary>
    public long Length { get; }

    /// <summary>First byte of each external initializer, by its name.</summary>
    public IReadOnlyDictionary<string, long> Offsets { get; }

    /// <summary>Parts that depend on the configuration alone.</summary>
    public IReadOnlyList<ConstantPlace> Constants { get; }

    /// <summary>Places all initializers of a graph and writes their offsets into its model.</summary>
    public static GraphLayout Assign(DecoderGraphModel graph, string file)
    {
        Dictionary<string, string?> owners = graph.Tensors.ToDictionary(tensor => tensor.InitializerName, tensor => tensor.SameBytesAs, StringComparer.Ordinal);
        ExternalLayout external = ExternalLayout.Assign(graph.Model, file, name => owners.GetValueOrDefault(name));
        Dictionary<string, long> offsets = external.Placements.ToDictionary(place => place.Name, place => place.Offset, StringComparer.Ordinal);
        foreach ((string name, string? owner) in owners)
        {
            offsets[name] = offsets[owner ?? name];
        }

        var constants = new List<ConstantPlace>();
        var layout = new GraphLayout(file, external.Length, offsets, constants);
        foreach (GraphTensor tensor in graph.Tensors.Where(tensor => tensor.SameBytesAs is null))
        {
            long offset = offsets[tensor.InitializerName];
            foreach (GraphTensorPart part in tensor.Parts)
            {
                if (part.Weight is null)
                {
                    constants.Add(new ConstantPlace(offset, part.Constant ?? throw new InvalidOperationException($"{tensor.InitializerName} has a part without a source.")));
                }
                else
                {
                    layout.Add(part.Weight.Name, new PartPlace(part.Kind, tensor.Type, offset));
                }

                offset += part.ByteLength;
            }
        }

        return layout;
    }

    /// <summary>The places of one weight; a tied table that stays a float may have two.</summary>
    public IReadOnlyList<PartPlace> PlacesOf(DecoderWeight weight) => _places.TryGetValue(weight.Name, out List<PartPlace>? places) ? places : [];

    private void Add(string weight, PartPlace place)
    {
        if (!_places.TryGetValue(weight, out List<PartPlace>? places))
        {
            _places[weight] = places = [];
        }

        places.Add(place);
    }
}
