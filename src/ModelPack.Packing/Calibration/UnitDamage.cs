using ModelPack.Packing.Planning;
using ModelPack.Quantization;

namespace ModelPack.Packing.Calibration;

/// <summary>What each way of storing a unit costs the model: the damage to its outputs, weighed by what damage to that unit does to the predictions.</summary>
internal static class UnitDamage
{
    /// <summary>Measures all units.</summary>
    /// <returns>KL divergence in nats that a scheme is expected to cost, as far as it grows with the damage.</returns>
    public static Func<BudgetUnit, QuantizationScheme, double> Measure(CalibrationContext context, IReadOnlyList<BudgetUnit> units)
    {
        bool symmetric = context.Job.Request.Recipe.Symmetric;
        QuantizationScheme probe = SensitivityTable.Probe(symmetric);
        IReadOnlyDictionary<(string Unit, QuantizationScheme Scheme), double> damage = DamageTable.Measure(context, units);
        IReadOnlyDictionary<string, double> divergence = SensitivityTable.Measure(context, units, symmetric);
        return (unit, scheme) =>
        {
            double probed = damage[(unit.Name, probe)];
            // Weights that the probe stores exactly, such as zeros, are damaged by nothing.
            return probed > 0 ? divergence[unit.Name] * damage[(unit.Name, scheme)] / probed : damage[(unit.Name, scheme)];
        };
    }
}
