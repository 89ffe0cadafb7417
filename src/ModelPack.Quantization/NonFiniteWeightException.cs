namespace ModelPack.Quantization;

/// <summary>A weight is NaN or infinite. Row and column let the caller name the place in its tensor.</summary>
public sealed class NonFiniteWeightException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="row">Row within the span that was given, from 0.</param>
    /// <param name="column">Column, from 0.</param>
    /// <param name="value">NaN or an infinity.</param>
    public NonFiniteWeightException(int row, int column, float value)
        : base($"The weight at row {row}, column {column} is {value}.")
    {
        Row = row;
        Column = column;
        Value = value;
    }

    /// <summary>Row within the span that was given, from 0.</summary>
    public int Row { get; }

    /// <summary>Column, from 0.</summary>
    public int Column { get; }

    /// <summary>NaN or an infinity.</summary>
    public float Value { get; }
}
