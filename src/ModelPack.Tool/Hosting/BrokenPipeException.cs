namespace ModelPack.Tool.Hosting;

/// <summary>Whoever read standard output has closed it; there is nobody left to tell.</summary>
internal sealed class BrokenPipeException : IOException
{
    public BrokenPipeException()
        : base("Standard output was closed by its reader.")
    {
    }
}
