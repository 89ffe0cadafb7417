using Spectre.Console;
using Spectre.Console.Rendering;

namespace ModelPack.Tool.Rendering;

/// <summary>A bar a stage with rate and remaining time, redrawn in place on standard error.</summary>
internal sealed class LiveProgress : IProgress<Step>
{
    private readonly Lock _lock = new();
    private readonly ProgressContext _context;
    private ProgressTask? _task;
    private string? _stage;

    private LiveProgress(ProgressContext context) => _context = context;

    public static Task<T> RunAsync<T>(ToolConsole console, WorkUnit unit, Func<IProgress<Step>?, Task<T>> work)
    {
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(console.Messages),
            Ansi = AnsiSupport.Yes,
            ColorSystem = console.Color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        return terminal.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 30 },
                new PercentageColumn(),
                new AmountColumn(unit),
                new RemainingTimeColumn())
            .StartAsync(context => Task.Run(async () =>
            {
                var progress = new LiveProgress(context);
                T result = await work(progress).ConfigureAwait(false);
                progress.Finish();
                return result;
            }));
    }

    public void Report(Step value)
    {
        lock (_lock)
        {
            if (value.Stage != _stage)
            {
                Finish();
                _stage = value.Stage;
                _task = _context.AddTask(Markup.Escape(value.Stage), maxValue: Math.Max(value.Total, 1));
                _task.IsIndeterminate = value.Total <= 0;
            }

            _task!.MaxValue = Math.Max(value.Total, 1);
            _task.Value = value.Done;
        }
    }

    private void Finish()
    {
        if (_task is { } task)
        {
            task.IsIndeterminate = false;
            task.Value = task.MaxValue;
            task.StopTask();
        }
    }

    /// <summary>What is done and how fast.</summary>
    private sealed class AmountColumn(WorkUnit unit) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            double? rate = task.IsFinished && task.ElapsedTime is { TotalSeconds: > 0 } elapsed
                ? task.Value / elapsed.TotalSeconds
                : task.Speed;
            string speed = rate is > 0 ? $", {WorkDisplay.Format(unit, rate.Value)}/s" : "";
            return new Text(task.MaxValue > 1 ? WorkDisplay.Format(unit, task.Value) + speed : "");
        }
    }
}
