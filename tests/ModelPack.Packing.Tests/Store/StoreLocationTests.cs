using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class StoreLocationTests
{
    [Fact]
    public void Folder_comes_from_the_variable_then_XDG_then_the_home_folder()
    {
        Assert.Equal("/c", Folder("/c", "/xdg", "/home/u"));
        Assert.Equal("/xdg/modelpack/store", Folder(null, "/xdg", "/home/u"));
        Assert.Equal("/home/u/.cache/modelpack/store", Folder("", "", "/home/u"));
        Assert.Equal("/home/u/.cache/modelpack/store", Folder(null, "relative", "/home/u"));
        Assert.Equal("MPK3001", Assert.Throws<ModelPackException>(() => Folder(null, null, null)).Code);
    }

    [Fact]
    public void Windows_uses_the_local_application_data() => Assert.Equal(
        Path.GetFullPath(Path.Combine("/data", "modelpack", "store")),
        StoreLocation.Directory(name => name == "LOCALAPPDATA" ? "/data" : null, windows: true));

    [Fact]
    public void Size_is_20_GB_unless_the_variable_says_otherwise()
    {
        Assert.Equal(20_000_000_000, StoreLocation.Size(_ => null));
        Assert.Equal(1_500_000_000, StoreLocation.Size(_ => "1.5GB"));
        Assert.Equal("MPK3008", Assert.Throws<ModelPackException>(() => StoreLocation.Size(_ => "much")).Code);
    }

    [Fact]
    public void File_in_place_of_the_store_is_refused()
    {
        using var folder = new StoreFolder();
        File.WriteAllText(folder.Root, "not a folder");
        var error = Assert.Throws<ModelPackException>(() => folder.Open());
        Assert.Equal("MPK3001", error.Code);
        Assert.StartsWith(folder.Root, error.Message, StringComparison.Ordinal);
    }

    private static string Folder(string? variable, string? xdg, string? home) => StoreLocation.Directory(
        name => name switch { "MODELPACK_CACHE" => variable, "XDG_CACHE_HOME" => xdg, "HOME" => home, _ => null }, windows: false);
}
