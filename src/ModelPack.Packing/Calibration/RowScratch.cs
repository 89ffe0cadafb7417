using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>Activations that one core needs while it works on a row; kept for the next row. Not thread-safe; dispose it.</summary>
/// <param name="tokens">Tokens of a row.</param>
internal sealed class RowScratch(int tokens) : IDisposable
{
    private readonly List<HiddenStates?> _places = [];

    /// <summary>Room for [tokens, width], of undefined values.</summary>
    /// <param name="place">Number of the place, from 0; places do not overlap.</param>
    /// <param name="width">Values of a token.</param>
    public RowTensor Get(int place, int width) => RowTensor.Of(States(place, width), 0);

    /// <summary>The same as values.</summary>
    public Span<float> Values(int place, int width) => States(place, width).Row(0);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (HiddenStates? states in _places)
        {
            states?.Dispose();
        }
    }

    private HiddenStates States(int place, int width)
    {
        while (_places.Count <= place)
        {
            _places.Add(null);
        }

        if (_places[place] is not { } states || states.Width != width)
        {
            _places[place]?.Dispose();
            _places[place] = states = new HiddenStates(1, tokens, width);
        }

        return states;
    }
}
