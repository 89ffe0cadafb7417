namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>The tokenizer that the reference implementation takes for a model_type where no file names one.</summary>
internal static class ModelClasses
{
    private static readonly Dictionary<string, string> All = new(StringComparer.Ordinal)
    {
        ["albert"] = "AlbertTokenizer",
        ["bert"] = "BertTokenizer",
        ["camembert"] = "CamembertTokenizer",
        ["codegen"] = "CodeGenTokenizer",
        ["deberta-v2"] = "DebertaV2Tokenizer",
        ["distilbert"] = "DistilBertTokenizer",
        ["electra"] = "ElectraTokenizer",
        ["gemma"] = "GemmaTokenizer",
        ["gemma2"] = "GemmaTokenizer",
        ["gemma3_text"] = "GemmaTokenizer",
        ["gpt2"] = "GPT2Tokenizer",
        ["gpt_neo"] = "GPT2Tokenizer",
        ["gptj"] = "GPT2Tokenizer",
        ["llama"] = "LlamaTokenizer",
        ["mistral"] = "LlamaTokenizer",
        ["mixtral"] = "LlamaTokenizer",
        ["mpnet"] = "MPNetTokenizer",
        ["opt"] = "GPT2Tokenizer",
        ["phi"] = "CodeGenTokenizer",
        ["phi3"] = "LlamaTokenizer",
        ["qwen2"] = "Qwen2Tokenizer",
        ["qwen2_moe"] = "Qwen2Tokenizer",
        ["qwen3"] = "Qwen2Tokenizer",
        ["qwen3_moe"] = "Qwen2Tokenizer",
        ["roberta"] = "RobertaTokenizer",
        ["starcoder2"] = "GPT2Tokenizer",
        ["t5"] = "T5Tokenizer",
        ["xglm"] = "XGLMTokenizer",
        ["xlm-roberta"] = "XLMRobertaTokenizer",
    };

    public static string? Find(string? modelType) => modelType is null ? null : All.GetValueOrDefault(modelType);
}
