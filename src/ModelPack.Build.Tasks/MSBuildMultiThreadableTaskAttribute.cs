namespace Microsoft.Build.Framework;

/// <summary>
/// Tells a multithreaded MSBuild that a task may run beside others in one process. MSBuild matches the attribute by its full
/// name, so that this copy serves until the referenced version of Microsoft.Build.Framework carries it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
