using System.Collections.Concurrent;
using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ModelPack.Tool.Rendering;

/// <summary>A bar a stage with rate and remaining time, redrawn in place on standard error.</summary>
internal sealed class LiveProgress : IProgress<Step>
{
    private readonly Lock _lock = new();
    private readonly ProgressContext _context;
    private readonly WorkUnit _unit;
    private readonly ConcurrentDictionary<int, string> _amounts;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private StageClock? _stage;
    private ProgressTask? _task;

    private LiveProgress(ProgressContext context, WorkUnit unit, ConcurrentDictionary<int, string> amounts)
    {
        _context = context;
        _unit = unit;
        _amounts = amounts;
    }

    public static Task<T> RunAsync<T>(ToolConsole console, WorkUnit unit, Func<IProgress<Step>?, Task<T>> work)
    {
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(console.Messages),
            Ansi = AnsiSupport.Yes,
            ColorSystem = console.Color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        var amounts = new ConcurrentDictionary<int, string>();
        return terminal.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 30 },
                new PercentageColumn(),
                new AmountColumn(amounts))
            .StartAsync(context => Task.Run(async () =>
            {
                var progress = new LiveProgress(context, unit, amounts);
                T result = await work(progress).ConfigureAwait(false);
                progress.Finish();
                return result;
            }));
    }

    public void Report(Step value)
    {
        lock (_lock)
        {
            if (value.Stage != _stage?.Stage)
            {
                Finish();
                _stage = new StageClock(value.Stage, _unit, _clock.Elapsed);
                _task = _context.AddTask(Markup.Escape(value.Stage));
            }

            _stage.Add(value, _clock.Elapsed);
            _amounts[_task!.Id] = _stage.DescribeRunning();
            _task.IsIndeterminate = value.Total <= 0;
            _task.MaxValue = Math.Max(value.Total, 1);
            _task.Value = value.Done;
        }
    }

    private void Finish()
    {
        if (_task is { } task)
        {
            _amounts[task.Id] = _stage!.DescribeFinished(_clock.Elapsed);
            task.IsIndeterminate = false;
            task.Value = task.MaxValue;
            task.StopTask();
        }
    }

    /// <summary>What is done, how fast, and how long it will take.</summary>
    private sealed class AmountColumn(ConcurrentDictionary<int, string> amounts) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(amounts.GetValueOrDefault(task.Id, ""));
    }
}
