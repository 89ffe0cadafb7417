using System.Runtime.InteropServices;
using System.Text;
using ModelPack.LlamaCpp.Native;

namespace ModelPack.LlamaCpp;

/// <summary>
/// llama.cpp's own reader of importance matrices. It is C++ and knows no C interface, so the structures here are those of libstdc++: call it in
/// a process of its own.
/// </summary>
internal static unsafe class LlamaImportance
{
    /// <summary>Sums and counts of every entry by name, or null where llama.cpp refuses the file.</summary>
    public static Dictionary<string, (float[] Sums, long[] Counts)>? Read(string path)
    {
        NativeLibraries.Use();
        var result = new Dictionary<string, (float[] Sums, long[] Counts)>();
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");

        // An empty std::map: both ends of its header are the header itself.
        var matrix = (CommonImatrix*)NativeMemory.AllocZeroed((nuint)sizeof(CommonImatrix));
        matrix->Header.Left = matrix->Header.Right = &matrix->Header;
        fixed (byte* start = name)
        {
            var text = new StdString { Start = start, Length = (nuint)name.Length - 1 };
            if (CommonApi.Load(&text, matrix) == 0)
            {
                return null;
            }
        }

        // The process ends soon: nothing is freed.
        Collect(matrix->Header.Parent, result);
        return result;
    }

    private static void Collect(TreeNode* node, Dictionary<string, (float[] Sums, long[] Counts)> result)
    {
        if (node is not null)
        {
            var entry = (ImatrixNode*)node;
            Collect(node->Left, result);
            result.Add(Encoding.UTF8.GetString(entry->Name.Start, (int)entry->Name.Length), (entry->Sums.ToArray<float>(), entry->Counts.ToArray<long>()));
            Collect(node->Right, result);
        }
    }
}
