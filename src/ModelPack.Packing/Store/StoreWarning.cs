namespace ModelPack.Packing.Store;

/// <summary>Something that went wrong and was put right, such as a damaged entry that is made again.</summary>
/// <param name="Code"><c>MPK3nnn</c>.</param>
/// <param name="Message">One sentence that names the entry.</param>
public sealed record StoreWarning(string Code, string Message);
