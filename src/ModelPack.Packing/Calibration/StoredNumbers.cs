using System.Runtime.InteropServices;
using ModelPack.Packing.Store;

namespace ModelPack.Packing.Calibration;

/// <summary>Results of measurements in the store.</summary>
internal static class StoredNumbers
{
    /// <summary>Finds numbers, or measures and keeps them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">Everything they depend on.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="measure">Measures them.</param>
    public static T[] FindOrMeasure<T>(PackStore store, string key, int count, Func<T[]> measure)
        where T : unmanaged
    {
        var numbers = new T[count];
        if (store.TryReadTensor(key, MemoryMarshal.AsBytes(numbers.AsSpan()), [], []))
        {
            return numbers;
        }

        numbers = measure();
        store.WriteTensor(key, MemoryMarshal.AsBytes(numbers.AsSpan()), [], []);
        return numbers;
    }
}
