using System.Runtime.InteropServices;

namespace ModelPack.GenAiProbe;

/// <summary>The entry points of ONNX Runtime GenAI's C interface that the probe calls. A result is null or an error.</summary>
internal static partial class Native
{
    public const string Library = "onnxruntime-genai";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaCreateConfig(string folder, out nint config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaConfigOverlay(nint config, string json);

    [LibraryImport(Library)]
    public static partial nint OgaCreateModelFromConfig(nint config, out nint model);

    [LibraryImport(Library)]
    public static partial nint OgaModelGetType(nint model, out nint text);

    [LibraryImport(Library)]
    public static partial nint OgaCreateGeneratorParams(nint model, out nint parameters);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaGeneratorParamsSetSearchNumber(nint parameters, string name, double value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaGeneratorParamsSetSearchBool(nint parameters, string name, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    public static partial nint OgaCreateAdapters(nint model, out nint adapters);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaLoadAdapter(nint adapters, string file, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaSetActiveAdapter(nint generator, nint adapters, string name);

    [LibraryImport(Library)]
    public static partial void OgaDestroyAdapters(nint adapters);

    [LibraryImport(Library)]
    public static partial nint OgaCreateGenerator(nint model, nint parameters, out nint generator);

    [LibraryImport(Library)]
    public static partial nint OgaGenerator_AppendTokens(nint generator, ReadOnlySpan<int> ids, nuint count);

    [LibraryImport(Library)]
    public static partial nint OgaGenerator_GenerateNextToken(nint generator);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool OgaGenerator_IsDone(nint generator);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OgaGenerator_GetOutput(nint generator, string name, out nint tensor);

    [LibraryImport(Library)]
    public static partial nuint OgaGenerator_GetSequenceCount(nint generator, nuint index);

    [LibraryImport(Library)]
    public static partial nint OgaGenerator_GetSequenceData(nint generator, nuint index);

    [LibraryImport(Library)]
    public static partial nint OgaTensorGetType(nint tensor, out int elementType);

    [LibraryImport(Library)]
    public static partial nint OgaTensorGetShapeRank(nint tensor, out nuint rank);

    [LibraryImport(Library)]
    public static partial nint OgaTensorGetShape(nint tensor, Span<long> shape, nuint rank);

    [LibraryImport(Library)]
    public static partial nint OgaTensorGetData(nint tensor, out nint data);

    [LibraryImport(Library)]
    public static partial nint OgaResultGetError(nint result);

    [LibraryImport(Library)]
    public static partial void OgaDestroyResult(nint result);

    [LibraryImport(Library)]
    public static partial void OgaDestroyString(nint text);

    [LibraryImport(Library)]
    public static partial void OgaDestroyTensor(nint tensor);

    [LibraryImport(Library)]
    public static partial void OgaDestroyGenerator(nint generator);

    [LibraryImport(Library)]
    public static partial void OgaDestroyGeneratorParams(nint parameters);

    [LibraryImport(Library)]
    public static partial void OgaDestroyModel(nint model);

    [LibraryImport(Library)]
    public static partial void OgaDestroyConfig(nint config);

    [LibraryImport(Library)]
    public static partial void OgaShutdown();

    /// <summary>Throws what a result says, if it says something.</summary>
    public static void Check(nint result)
    {
        if (result != 0)
        {
            string message = Marshal.PtrToStringUTF8(OgaResultGetError(result)) ?? "unknown error";
            OgaDestroyResult(result);
            throw new GenAiException(message);
        }
    }
}
