namespace ModelPack.Tool.Tests;

/// <summary>Tests that need the packed sample share one.</summary>
[CollectionDefinition(Name)]
public sealed class PackedCollection : ICollectionFixture<PackedTinyTales>
{
    public const string Name = "packed tinytales";
}
