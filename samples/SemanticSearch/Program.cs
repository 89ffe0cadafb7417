using Microsoft.Extensions.AI;
using ModelPack.Runtime;
using SemanticSearch;

// SemanticSearch [FOLDER [QUESTION]]: without a question it asks for one, line by line.
string folder = Path.GetFullPath(args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "texts"));
string question = string.Join(' ', args.Skip(1));

using PackedModel model = PackedModel.Open("encoder");
using IEmbeddingGenerator<string, Embedding<float>> generator = model.AsEmbeddingGenerator();
using var store = new VectorStore(Path.Combine(folder, ".semantic-search.db"), model.Key ?? model.Name);
var index = new TextIndex(generator, store);

(int embedded, int removed) = await index.UpdateAsync(folder);
Console.Error.WriteLine($"{store.Count} passages of {folder}: {embedded} embedded now, {removed} removed.");

if (question.Length > 0)
{
    await Answer(question);
    return;
}

Console.Error.WriteLine("Ask something; an empty line ends.");
while (Console.ReadLine() is { Length: > 0 } line)
{
    await Answer(line);
}

async Task Answer(string text)
{
    foreach (Hit hit in await index.SearchAsync(text, count: 3))
    {
        Console.WriteLine($"{hit.Similarity:0.00}  {hit.File}: {hit.Text}");
    }
}
