using ModelPack.Formats.Gguf.Importance;
using ModelPack.LlamaCpp;
using ModelPack.Packing;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;

namespace ModelPack.Benchmarks.GgufPeers;

/// <summary>Packs one model in one type after the other, lets llama.cpp quantize the same F16 file, and measures both. Dispose it.</summary>
internal sealed class PeerRunner : IDisposable
{
    private readonly PeerModel _model;
    private readonly string _source;
    private readonly string _work;
    private readonly PackStore _store;
    private readonly string _reference;
    private readonly int[] _tokens;
    private Dictionary<string, float[]>? _importance;

    public PeerRunner(PeerModel model, string work)
    {
        _model = model;
        _work = work;
        _source = model.SourceFolder(work);
        _store = PackStore.Open(Path.Combine(work, "store"));
        _reference = Pack("F16", calibrated: false);
        string text = File.ReadAllText(Path.Combine(Repository.Shared(), model.Evaluation));

        // Line ends are no characters of the smallest vocabulary.
        text = model.Name.StartsWith("babyllama", StringComparison.Ordinal) ? text.ReplaceLineEndings(" ") : text;
        _tokens = LlamaProcess.Tokenize(_reference, [text[..Math.Min(text.Length, 600_000)]], addSpecial: false)[0];
        _tokens = _tokens[..Math.Min(_tokens.Length, model.Windows * model.Window)];
    }

    /// <summary>Predictions that were scored.</summary>
    public int Scored { get; private set; }

    public double ReferencePerplexity() => Perplexity(_reference);

    public PeerRow Measure(string type)
    {
        string ours = Pack(type, calibrated: true);
        _importance ??= ImportanceMatrix.Read(Path.ChangeExtension(ours, ".imatrix.gguf")).Entries.ToDictionary(entry => entry.Key, entry => entry.Value.MeanSquares());
        (double? theirs, long bytes) = Peer(type, _importance);
        (double? plain, _) = Peer(type, null);
        return new PeerRow(type, new FileInfo(ours).Length, bytes, Perplexity(ours), theirs, Perplexity(Pack(type, calibrated: false)), plain);
    }

    public void Dispose() => _store.Dispose();

    private (double? Perplexity, long Bytes) Peer(string type, Dictionary<string, float[]>? importance)
    {
        string file = Path.Combine(_work, "peer.gguf");
        try
        {
            LlamaProcess.Quantize(_reference, file, FileTypes.Find(type).Id, importance);
            return (Perplexity(file), new FileInfo(file).Length);
        }
        catch (LlamaCppException)
        {
            return (null, 0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private double Perplexity(string file)
    {
        (double perplexity, Scored) = LlamaProcess.Perplexity(file, _tokens, _model.Window, _model.Window / 2, new LlamaContextOptions { Length = _model.Window });
        return perplexity;
    }

    private string Pack(string type, bool calibrated)
    {
        var settings = new Dictionary<string, string> { ["Format"] = "gguf", ["Type"] = type, ["Name"] = _model.Name };
        if (calibrated)
        {
            settings["Calibration"] = Path.Combine(Repository.Shared(), _model.Calibration);
        }

        PackResult result = Packer.PackAsync(new PackRequest(_source, Recipe.Parse(settings), _store)).GetAwaiter().GetResult();
        return Path.Combine(result.Folder, _model.Name + ".gguf");
    }
}
