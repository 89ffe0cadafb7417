using System.Runtime.CompilerServices;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>
/// Counts what one rendering uses and stops it at the limits of <see cref="JinjaOptions"/>. Work is charged before it is done,
/// so that no single operation can outgrow them.
/// </summary>
internal sealed class Meter(JinjaOptions options, CancellationToken cancellationToken)
{
    private const int StepsBetweenChecks = 4096;
    private const int CharactersPerStep = 32;
    private const int StepsPerCall = 10;

    /// <summary>How deep lists and dicts may lie inside one another; CPython's own limit is of this size.</summary>
    private const int MaxDataDepth = 1000;

    private long _steps;
    private long _nextCheck = Math.Min(StepsBetweenChecks, options.MaxSteps);
    private long _bytes;
    private int _calls;
    private int _data;

    public int MaxTextLength => options.MaxOutputLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        if (++_steps >= _nextCheck)
        {
            Check();
        }
    }

    /// <summary>Charges this many steps at once.</summary>
    public void Work(long steps)
    {
        _steps += steps;
        Step();
    }

    /// <summary>Charges the reading of <paramref name="length"/> characters, or the copying of as many items.</summary>
    public void Scan(long length) => Work(length / CharactersPerStep);

    /// <summary>Charges the making of a text of <paramref name="length"/> UTF-16 units.</summary>
    public void Text(long length)
    {
        RequireLength(length);
        Allocate(length * sizeof(char));
        Scan(length);
    }

    public void RequireLength(long length)
    {
        if (length > options.MaxOutputLength)
        {
            throw TemplateFault.Limit($"a text of {length} characters would exceed the limit of {options.MaxOutputLength}");
        }
    }

    /// <summary>Charges the making of a list of <paramref name="count"/> items.</summary>
    public void Items(long count)
    {
        RequireItems(count);
        Allocate(count * Unsafe.SizeOf<Values.Value>());
        Scan(count);
    }

    public void RequireItems(long count)
    {
        long most = (long)options.MaxOutputLength * sizeof(char) / Unsafe.SizeOf<Values.Value>();
        if (count > most)
        {
            throw TemplateFault.Limit($"a list of {count} items would exceed the limit of {most}");
        }
    }

    public void EnterCall()
    {
        _steps += StepsPerCall;
        if (++_calls > options.MaxDepth)
        {
            throw TemplateFault.Limit($"macros and recursive loops call one another more than {options.MaxDepth} deep");
        }

        RequireStack();
    }

    public void LeaveCall() => _calls--;

    public void EnterData()
    {
        Step();
        if (++_data > MaxDataDepth)
        {
            throw TemplateFault.Limit($"lists and dicts lie more than {MaxDataDepth} deep inside one another");
        }

        RequireStack();
    }

    public void LeaveData() => _data--;

    public static void RequireStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw TemplateFault.Limit("calls or data are nested too deep for the stack of this thread");
        }
    }

    private void Allocate(long bytes)
    {
        _bytes += bytes;
        if (_bytes > options.MaxAllocatedBytes)
        {
            throw TemplateFault.Limit($"texts and lists take more than {options.MaxAllocatedBytes} bytes together");
        }
    }

    private void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_steps >= options.MaxSteps)
        {
            throw TemplateFault.Limit($"rendering takes more than {options.MaxSteps} steps");
        }

        _nextCheck = Math.Min(_steps + StepsBetweenChecks, options.MaxSteps);
    }
}
