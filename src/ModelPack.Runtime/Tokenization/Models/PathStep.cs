namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>The last piece of the best way to a place in a text.</summary>
/// <param name="Start">Where the piece begins; -1: there is no way yet.</param>
/// <param name="Id">The piece.</param>
/// <param name="Score">Sum of the scores of all pieces on the way.</param>
internal readonly record struct PathStep(int Start, int Id, double Score);
