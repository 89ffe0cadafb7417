using ModelPack.Runtime.Tokenization.AddedTokens;
using ModelPack.Runtime.Tokenization.Decoders;
using ModelPack.Runtime.Tokenization.Limits;
using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.PostProcessors;
using ModelPack.Runtime.Tokenization.PreTokenizers;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Loading;

/// <summary>What a tokenizer file says, validated.</summary>
internal sealed record TokenizerParts(
    TokenTable Tokens,
    AddedTokenSplitter Splitter,
    PreTokenizer? PreTokenizer,
    TokenModel Model,
    PostProcessor? PostProcessor,
    TokenDecoder Decoder,
    TruncationRule? Truncation,
    PaddingRule? Padding);
