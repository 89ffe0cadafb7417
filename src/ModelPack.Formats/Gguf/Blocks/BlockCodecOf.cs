using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>The codec of one block type.</summary>
internal sealed class BlockCodec<TBlock> : BlockCodec
    where TBlock : unmanaged, IGgufBlock<TBlock>
{
    public BlockCodec()
    {
        if (Unsafe.SizeOf<TBlock>() != TBlock.Type.BytesPerBlock() || TBlock.Elements != TBlock.Type.ElementsPerBlock())
        {
            throw new InvalidOperationException($"{typeof(TBlock).Name} has {Unsafe.SizeOf<TBlock>()} bytes and {TBlock.Type} has {TBlock.Type.BytesPerBlock()}.");
        }

        Shape = new GgufBlockShape
        {
            Type = TBlock.Type,
            ElementsPerBlock = TBlock.Elements,
            SubBlockElements = TBlock.SubBlocks == 0 ? TBlock.Elements : TBlock.Elements / TBlock.SubBlocks,
            CodeBits = TBlock.CodeBits,
            MiddleCode = TBlock.MiddleCode,
            HasMinimums = TBlock.HasMinimums,
            HasSubScales = TBlock.SubBlocks > 0,
            Table = TBlock.Table.ToArray(),
        };
    }

    public override GgufBlockShape Shape { get; }

    public override void Decode(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref float to = ref MemoryMarshal.GetReference(destination);
        foreach (ref TBlock block in Cast(source))
        {
            BlockDequantizer<TBlock>.Decode(ref block, ref to);
            to = ref Unsafe.Add(ref to, TBlock.Elements);
        }
    }

    public override void DecodeScalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        Span<TBlock> blocks = Cast(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = BlockDequantizer<TBlock>.Value(ref blocks[i / TBlock.Elements], i % TBlock.Elements);
        }
    }

    public override void Unpack(ReadOnlySpan<byte> source, BlockParts parts)
    {
        parts.Codes.Clear();
        int index = 0;
        foreach (ref TBlock block in Cast(source))
        {
            TBlock.Unpack(ref block, ref parts.Codes[index * TBlock.Elements]);
            if (TBlock.SubBlocks > 0)
            {
                TBlock.UnpackSubScales(ref block, ref parts.SubScales[index * TBlock.SubBlocks], ref SubMinimum(parts, index));
            }

            parts.Scales[index] = TBlock.Scale(ref block);
            if (TBlock.HasMinimums)
            {
                parts.Minimums[index] = TBlock.Minimum(ref block);
            }

            index++;
        }
    }

    public override void UnpackScalar(ReadOnlySpan<byte> source, BlockParts parts)
    {
        Span<TBlock> blocks = Cast(source);
        for (int i = 0; i < parts.Codes.Length; i++)
        {
            parts.Codes[i] = (byte)TBlock.Code(ref blocks[i / TBlock.Elements], i % TBlock.Elements);
        }

        for (int i = 0; i < parts.SubScales.Length; i++)
        {
            (int scale, int minimum) = TBlock.SubScale(ref blocks[i / TBlock.SubBlocks], i % TBlock.SubBlocks);
            parts.SubScales[i] = (sbyte)scale;
            if (TBlock.HasMinimums)
            {
                parts.SubMinimums[i] = (byte)minimum;
            }
        }

        for (int i = 0; i < blocks.Length; i++)
        {
            parts.Scales[i] = TBlock.Scale(ref blocks[i]);
            if (TBlock.HasMinimums)
            {
                parts.Minimums[i] = TBlock.Minimum(ref blocks[i]);
            }
        }
    }

    public override void Pack(BlockParts parts, Span<byte> destination)
    {
        int index = 0;
        foreach (ref TBlock block in MemoryMarshal.Cast<byte, TBlock>(destination))
        {
            TBlock.Pack(ref block, ref parts.Codes[index * TBlock.Elements]);
            if (TBlock.SubBlocks > 0)
            {
                TBlock.PackSubScales(ref block, ref parts.SubScales[index * TBlock.SubBlocks], ref SubMinimum(parts, index));
            }

            TBlock.Scale(ref block) = parts.Scales[index];
            if (TBlock.HasMinimums)
            {
                TBlock.Minimum(ref block) = parts.Minimums[index];
            }

            index++;
        }
    }

    public override void PackScalar(BlockParts parts, Span<byte> destination)
    {
        destination.Clear();
        Span<TBlock> blocks = MemoryMarshal.Cast<byte, TBlock>(destination);
        for (int i = 0; i < parts.Codes.Length; i++)
        {
            TBlock.SetCode(ref blocks[i / TBlock.Elements], i % TBlock.Elements, parts.Codes[i]);
        }

        for (int i = 0; i < parts.SubScales.Length; i++)
        {
            TBlock.SetSubScale(ref blocks[i / TBlock.SubBlocks], i % TBlock.SubBlocks, parts.SubScales[i], TBlock.HasMinimums ? parts.SubMinimums[i] : 0);
        }

        for (int i = 0; i < blocks.Length; i++)
        {
            TBlock.Scale(ref blocks[i]) = parts.Scales[i];
            if (TBlock.HasMinimums)
            {
                TBlock.Minimum(ref blocks[i]) = parts.Minimums[i];
            }
        }
    }

    private static ref byte SubMinimum(BlockParts parts, int block) =>
        ref TBlock.HasMinimums ? ref parts.SubMinimums[block * TBlock.SubBlocks] : ref Unsafe.NullRef<byte>();

    // The accessors of blocks return references; nothing that is read is written to.
    private static Span<TBlock> Cast(ReadOnlySpan<byte> source) =>
        MemoryMarshal.Cast<byte, TBlock>(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(source), source.Length));
}
