namespace ModelPack.Runtime;

/// <summary>Codes of this room; docs/errors.md explains each.</summary>
internal static class RuntimeErrors
{
    public const string ModelNotFound = "MPK4001";
    public const string FileMissing = "MPK4002";
    public const string BadConfig = "MPK4003";
    public const string CannotLoad = "MPK4004";
    public const string GraphMismatch = "MPK4005";
    public const string VocabularyMismatch = "MPK4006";
    public const string NativeLibraryMissing = "MPK4007";
    public const string ProviderUnavailable = "MPK4008";
    public const string RunFailed = "MPK4009";
    public const string OutOfMemory = "MPK4010";
    public const string AdapterMismatch = "MPK4011";

    public const string OptionOutOfRange = "MPK4301";
    public const string PromptTooLong = "MPK4302";
    public const string EmptyPrompt = "MPK4303";
    public const string UnknownToken = "MPK4304";
    public const string NoChatTemplate = "MPK4305";
    public const string UnsupportedContent = "MPK4306";
    public const string ToolsNotSupported = "MPK4307";
    public const string FormatNotSupported = "MPK4308";
    public const string StatefulNotSupported = "MPK4309";
    public const string OtherModelAsked = "MPK4310";
    public const string NotANumber = "MPK4311";
    public const string UnknownAdapter = "MPK4312";

    public const string NoEmbeddings = "MPK4501";
    public const string DimensionsNotSupported = "MPK4502";
    public const string NoTokens = "MPK4503";
    public const string UnknownPrompt = "MPK4504";
    public const string NotALanguageModel = "MPK4505";
    public const string NoTokenizer = "MPK4506";

    public const string NotAPlainModel = "MPK4601";
    public const string UnknownValue = "MPK4602";
    public const string MissingInput = "MPK4603";
    public const string WrongType = "MPK4604";
    public const string WrongShape = "MPK4605";
}
