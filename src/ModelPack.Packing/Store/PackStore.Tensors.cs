namespace ModelPack.Packing.Store;

public sealed partial class PackStore
{
    /// <summary>Reads what was decided about a weight. The check sum of everything is compared.</summary>
    /// <param name="key">Key of the decision: 8 to 128 lower-case letters, digits, - and _.</param>
    /// <param name="codes">Filled; exactly as long as what was written, like the other three.</param>
    /// <param name="scales">Filled.</param>
    /// <param name="zeroPoints">Filled; may be empty.</param>
    /// <param name="notes">Filled; whatever else belongs to the decision, may be empty.</param>
    /// <returns>False when the store does not have it, or had it damaged or with other lengths; the spans then hold anything.</returns>
    public bool TryReadTensor(string key, Span<byte> codes, Span<byte> scales, Span<byte> zeroPoints, Span<byte> notes = default)
    {
        string path = _layout.Tensor(key);
        try
        {
            if (!File.Exists(path))
            {
                return false;
            }

            if (TensorFile.TryRead(path, codes, scales, zeroPoints, notes))
            {
                Touch(path);
                return true;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            WarnDamaged(path, e.Message.TrimEnd('.'));
            return false;
        }

        WarnDamaged(path, "its lengths or its check sum are wrong");
        FolderRemoval.TryDelete(path);
        return false;
    }

    /// <summary>Keeps what was decided about a weight; the last of several writers of one key wins, and all write the same.</summary>
    /// <param name="key">Key of the decision: 8 to 128 lower-case letters, digits, - and _.</param>
    /// <param name="codes">Packed codes.</param>
    /// <param name="scales">Bytes of the scales.</param>
    /// <param name="zeroPoints">Packed zero points; may be empty.</param>
    /// <param name="notes">Whatever else belongs to the decision, may be empty.</param>
    /// <exception cref="ModelPackException">MPK3002: the store is read-only; MPK3003: its disk is full; MPK3004: it cannot be used.</exception>
    public void WriteTensor(string key, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> zeroPoints, ReadOnlySpan<byte> notes = default)
    {
        string path = _layout.Tensor(key);
        string staged = _layout.Stage(key);
        try
        {
            System.IO.Directory.CreateDirectory(_layout.Staging);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            TensorFile.Write(staged, new TensorFile.Sections { Codes = codes, Scales = scales, ZeroPoints = zeroPoints, Notes = notes });
            File.Move(staged, path, overwrite: true);
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            FolderRemoval.TryDelete(staged);
            throw StoreFault.Of(e, path);
        }
    }

    /// <summary>True when something is kept under a key; it may still turn out to be damaged.</summary>
    /// <param name="key">Key: 8 to 128 lower-case letters, digits, - and _.</param>
    public bool HasTensor(string key) => File.Exists(_layout.Tensor(key));

    /// <summary>Drops what is kept under a key, if anything: what a finished run no longer needs.</summary>
    /// <param name="key">Key: 8 to 128 lower-case letters, digits, - and _.</param>
    public void RemoveTensor(string key) => FolderRemoval.TryDelete(_layout.Tensor(key));
}
