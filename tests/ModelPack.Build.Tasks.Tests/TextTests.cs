namespace ModelPack.Build.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("C:\\models\\new\ttab\r\nend\\")]
    [InlineData("Geschichten für Zoë/狐狸")]
    public void A_line_of_the_memo_comes_back_as_it_was(string text)
    {
        string line = Line.Escape(text);

        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\t', line);
        Assert.Equal(text, Line.Unescape(line));
    }

    [Theory]
    [InlineData("plain/path.onnx")]
    [InlineData("a;b (100%) $(x) @y *?'")]
    public void Item_text_means_itself_to_msbuild(string text)
    {
        var item = new Microsoft.Build.Utilities.TaskItem(ItemText.Escape(text));
        item.SetMetadata("Copy", ItemText.Escape(text));

        Assert.Equal(text, item.ItemSpec);
        Assert.Equal(text, item.GetMetadata("Copy"));
    }
}
