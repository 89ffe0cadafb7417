using System.Collections.Concurrent;
using System.Diagnostics;

namespace ModelPack.Tests;

/// <summary>
/// Processes of one program that answer a line with a line, one for each caller at a time; they wait for the next question and end with this process.
/// Starting a program and loading its native libraries takes longer than most questions. Thread-safe.
/// </summary>
/// <param name="program">Path of the program's assembly.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class LineProcesses(string program, params string[] arguments)
{
    private readonly ConcurrentBag<Worker> _idle = [];

    /// <summary>Asks a question.</summary>
    /// <param name="question">One line.</param>
    /// <param name="patience">How long to wait for the answer.</param>
    /// <param name="failure">What went wrong; null where there is an answer.</param>
    /// <returns>The answer; empty where there is none.</returns>
    public string Ask(string question, TimeSpan patience, out string? failure)
    {
        if (!_idle.TryTake(out Worker? worker))
        {
            worker = new Worker(program, arguments);
        }

        string? answer = worker.Ask(question, patience, out failure);
        if (answer is null)
        {
            worker.Dispose();
            return string.Empty;
        }

        _idle.Add(worker);
        return answer;
    }

    private sealed class Worker : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _errors;

        public Worker(string program, string[] arguments)
        {
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", program, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };

            // ggml would start a debugger on itself when it fails.
            start.Environment["GGML_NO_BACKTRACE"] = "1";
            _process = Process.Start(start)!;
            _errors = _process.StandardError.ReadToEndAsync();
        }

        public string? Ask(string question, TimeSpan patience, out string? failure)
        {
            Task<string?> answer;
            try
            {
                _process.StandardInput.WriteLine(question);
                _process.StandardInput.Flush();
                answer = _process.StandardOutput.ReadLineAsync();
            }
            catch (IOException)
            {
                answer = Task.FromResult<string?>(null);
            }

            if (!answer.Wait(patience))
            {
                _process.Kill();
                failure = $"did not answer within {patience.TotalMinutes} minutes";
                return null;
            }

            failure = null;
            if (answer.Result is null)
            {
                _process.WaitForExit();
                failure = $"ended with code {_process.ExitCode}: {_errors.Result.Trim()}";
            }

            return answer.Result;
        }

        public void Dispose() => _process.Dispose();
    }
}
