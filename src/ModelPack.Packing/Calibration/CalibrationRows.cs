using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ModelPack.Packing.Calibration;

/// <summary>Token ids that activations are measured on. Immutable.</summary>
/// <param name="Ids">[rows][tokens]; all rows have the same length.</param>
/// <param name="Source">Name of the text file, or "self" when the model wrote the text.</param>
internal sealed record CalibrationRows(IReadOnlyList<int[]> Ids, string Source)
{
    /// <summary>Number of rows.</summary>
    public int Count => Ids.Count;

    /// <summary>Tokens of a row.</summary>
    public int Length => Ids[0].Length;

    /// <summary>All tokens.</summary>
    public long Tokens => (long)Count * Length;

    /// <summary>SHA-256 of the ids and their shape, lower-case hexadecimal.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> word = stackalloc byte[sizeof(int)];
            foreach (int[] row in Ids)
            {
                BinaryPrimitives.WriteInt32LittleEndian(word, row.Length);
                hash.AppendData(word);
                foreach (int id in row)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(word, id);
                    hash.AppendData(word);
                }
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }
}
