using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelPack.LlamaCpp.Native;

/// <summary>What the libraries log, kept a thread instead of printed.</summary>
internal static unsafe class LogBuffer
{
    private const int Warning = 3;
    private const int Continuation = 5;

    // Threads of the library log too; one buffer for all, read under the lock.
    private static readonly Lock Gate = new();
    private static readonly StringBuilder All = new();
    private static readonly StringBuilder Problems = new();
    private static int s_level;

    public static void Install() => LlamaApi.llama_log_set(&Add, null);

    /// <summary>Runs something and returns all that was logged meanwhile.</summary>
    public static string Capture(Action action)
    {
        lock (Gate)
        {
            All.Clear();
        }

        action();
        lock (Gate)
        {
            return All.ToString();
        }
    }

    /// <summary>Warnings and errors since the last call.</summary>
    public static string TakeProblems()
    {
        lock (Gate)
        {
            string problems = Problems.ToString().Trim();
            Problems.Clear();
            return problems;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Add(int level, byte* text, void* data)
    {
        string line = Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
        lock (Gate)
        {
            s_level = level == Continuation ? s_level : level;
            All.Append(line);
            if (s_level >= Warning)
            {
                Problems.Append(line);
            }
        }
    }
}
