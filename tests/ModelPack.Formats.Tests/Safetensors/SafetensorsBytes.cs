using System.Buffers.Binary;
using System.Text;

namespace ModelPack.Tests.Safetensors;

/// <summary>Safetensors files made by hand, so that they can be wrong.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, int dataLength, long? claimedLength = null) =>
        File(Encoding.UTF8.GetBytes(header), dataLength, claimedLength);

    public static byte[] File(byte[] header, int dataLength, long? claimedLength = null)
    {
        byte[] file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, claimedLength ?? header.Length);
        header.CopyTo(file, 8);
        for (int i = 0; i < dataLength; i++)
        {
            file[8 + header.Length + i] = (byte)(i + 1);
        }

        return file;
    }

    public static string Entry(string name, string type = "U8", string shape = "[4]", string offsets = "[0,4]") =>
        $$"""
        "{{name}}":{"dtype":"{{type}}","shape":{{shape}},"data_offsets":{{offsets}}}
        """;
}
