namespace ModelPack.Benchmarks.Fidelity;

/// <summary>What was measured for one cell, or why it could not be.</summary>
internal sealed record FidelityRow
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the setting.</summary>
    public required string Setting { get; init; }

    /// <summary>Name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Name of the calibration text; empty where none was used.</summary>
    public required string Calibration { get; init; }

    /// <summary>Codes, scales and zero points of the linear layers, in bits, by the number of their weights.</summary>
    public double BitsPerWeight { get; init; }

    public double Perplexity { get; init; }

    public double DeployedPerplexity { get; init; }

    public double Kl { get; init; }

    public double KlError { get; init; }

    public double DeployedKl { get; init; }

    public double DeployedKlError { get; init; }

    public double TopAgreement { get; init; }

    /// <summary>Of the whole `modelpack quantize`, verification included.</summary>
    public double Seconds { get; init; }

    /// <summary>Of all processors, of the same process; NaN: measured before this was kept.</summary>
    public double ProcessorSeconds { get; init; } = double.NaN;

    /// <summary>Of the same process.</summary>
    public double PeakMegabytes { get; init; }

    public double ReferencePerplexity { get; init; }

    public int Windows { get; init; }

    public int Predictions { get; init; }

    /// <summary>What the held-out rows decided about targets; empty where nothing was decided.</summary>
    public string Targets { get; init; } = "";

    /// <summary>The error that kept the cell from being measured; empty: measured.</summary>
    public string Fault { get; init; } = "";

    /// <summary>What identifies the row, as <see cref="FidelityCell.Key"/>.</summary>
    public string Key => $"{Model}/{Setting}/{Method}/{Calibration}";
}
