using System.Globalization;
using ModelPack.SyntheticCheckpoint;

LlamaShape? shape = args.Length is < 2 or > 3 ? null
    : LlamaShape.Published.TryGetValue(args[0], out LlamaShape? published) ? published
    : double.TryParse(args[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double gigabytes) && gigabytes is > 0 and < 1000 ? LlamaShape.OfSize((long)(gigabytes * 1e9))
    : null;
if (shape is null)
{
    Console.Error.WriteLine($"Usage: ModelPack.SyntheticCheckpoint GIGABYTES|{string.Join('|', LlamaShape.Published.Keys)} FOLDER [SEED]");
    return 2;
}

ulong seed = args.Length > 2 ? ulong.Parse(args[2], CultureInfo.InvariantCulture) : 1;
CheckpointFolder.Write(args[1], shape, seed);
Console.WriteLine($"{args[1]}: {shape.Layers} layers of {shape.Hidden}, {shape.Bytes / 1e9:F3} GB in bfloat16");
return 0;
