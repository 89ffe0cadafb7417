using ModelPack.Packing.Store;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Check sum of a tensor's bytes, and how far it is from the source.</summary>
/// <param name="weightNorm">Squared norm of the source; 0 when it is stored as floats.</param>
/// <param name="errorNorm">Squared norm of the difference.</param>
internal sealed class TensorSum(double weightNorm, double errorNorm)
{
    // Pieces of this size whatever is written at a time, since the sum knows where pieces begin.
    private readonly byte[] _piece = new byte[1 << 16];

    private InterleavedCrc _sum;
    private int _filled;

    /// <summary>Norm of the difference by the norm of the source.</summary>
    public double RelativeError => weightNorm == 0 ? 0 : Math.Sqrt(errorNorm / weightNorm);

    /// <summary>Squared norm of the source; 0 when it is stored as floats.</summary>
    public double WeightNorm => weightNorm;

    /// <summary>Squared norm of the difference.</summary>
    public double ErrorNorm => errorNorm;

    /// <summary>Adds the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, _piece.Length - _filled);
            bytes[..count].CopyTo(_piece.AsSpan(_filled));
            bytes = bytes[count..];
            _filled += count;
            if (_filled == _piece.Length)
            {
                _sum.Append(_piece);
                _filled = 0;
            }
        }
    }

    /// <summary>The check sum of what was added.</summary>
    public string Value
    {
        get
        {
            InterleavedCrc sum = _sum;
            sum.Append(_piece.AsSpan(0, _filled));
            Span<byte> bytes = stackalloc byte[InterleavedCrc.Length];
            sum.Write(bytes);
            return Convert.ToHexStringLower(bytes);
        }
    }
}
