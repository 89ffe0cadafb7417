using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ModelPack.Packing.Store;

/// <summary>SHA-256 of files. Thread-safe.</summary>
internal static class FileHasher
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Hashes a whole file; the next piece is read while one is hashed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Hash(string path, CancellationToken cancellation)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] current = ArrayPool<byte>.Shared.Rent(BufferBytes);
        byte[] next = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long offset = 0;
            int length = RandomAccess.Read(file, current, offset);
            while (length > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                offset += length;
                bool more = length == current.Length;
                Task<int> reading = more ? RandomAccess.ReadAsync(file, next, offset, CancellationToken.None).AsTask() : Task.FromResult(0);
                hash.AppendData(current, 0, length);
                length = reading.GetAwaiter().GetResult();
                length = more ? length : RandomAccess.Read(file, next, offset);
                (current, next) = (next, current);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }
    }
}
