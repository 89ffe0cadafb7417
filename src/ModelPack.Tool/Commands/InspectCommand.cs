using System.CommandLine;
using System.Globalization;
using ModelPack.Packing.Inspection;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>inspect</c>: tensors and metadata.</summary>
internal static class InspectCommand
{
    public static void Fill(Command command, CommandContext context)
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A packed folder, a Hugging Face folder, a .safetensors, .onnx or .gguf file.",
        };
        command.Add(path);
        command.SetAction(result =>
        {
            InspectedModel model = ModelInspector.Inspect(result.GetRequiredValue(path));
            if (context.Console.Json)
            {
                JsonOutput.Write(context.Console, InspectJson.From(model), ToolJson.Default.InspectJson);
            }
            else
            {
                Write(context.Console.Output, model);
            }

            return ExitCode.Done;
        });
    }

    private static void Write(TextWriter output, InspectedModel model)
    {
        output.WriteLine($"format           {model.Format}");
        foreach (string file in model.Files)
        {
            output.WriteLine($"file             {file} ({Units.Bytes(File.Exists(file) ? new FileInfo(file).Length : 0)})");
        }

        output.WriteLine($"tensors          {model.Tensors.Count}, {Units.Bytes(model.Bytes)}");
        output.WriteLine($"bits per weight  {model.BitsPerWeight.ToString("0.###", CultureInfo.InvariantCulture)}");
        output.WriteLine();
        foreach ((string name, string value) in model.Metadata)
        {
            output.WriteLine($"{name} = {value.ReplaceLineEndings(" ")}");
        }

        output.WriteLine();
        var columns = new Columns(("tensor", false), ("type", false), ("shape", false), ("bytes", true));
        foreach (InspectedTensor tensor in model.Tensors)
        {
            columns.Add(tensor.Name, tensor.Type, tensor.Shape.Count > 0 ? string.Join(" x ", tensor.Shape) : "scalar", tensor.Bytes.ToString(CultureInfo.InvariantCulture));
        }

        columns.Write(output);
    }
}
