using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>What <c>text.encode()</c> gives: bytes that can be counted, iterated and printed.</summary>
internal sealed class BytesValue(byte[] bytes) : TemplateObject
{
    public override string TypeName => "bytes";

    public override long? Count => bytes.Length;

    public override bool IsSequence => true;

    public override Value Item(RenderState state, in Value key)
    {
        if (key.Kind is not (ValueKind.Integer or ValueKind.Boolean))
        {
            return default;
        }

        long index = key.Integer < 0 ? key.Integer + bytes.Length : key.Integer;
        return index >= 0 && index < bytes.Length ? Value.Of((long)bytes[index]) : default;
    }

    public override IEnumerator<Value> Iterate(RenderState state) => bytes.Select(b => Value.Of((long)b)).GetEnumerator();

    public override bool Equals(object? obj) => obj is BytesValue other && bytes.AsSpan().SequenceEqual(other.Content);

    public override int GetHashCode() => bytes.Length;

    public override void Print(StringBuilder text, Meter meter)
    {
        meter.Text(bytes.Length * 4L);
        char quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        text.Append('b').Append(quote);
        foreach (byte b in bytes)
        {
            _ = (char)b switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                var c when c == quote => text.Append('\\').Append(c),
                >= ' ' and < '\x7f' and var c => text.Append(c),
                _ => text.Append(@"\x").Append(b.ToString("x2")),
            };
        }

        text.Append(quote);
    }

    private byte[] Content => bytes;
}
