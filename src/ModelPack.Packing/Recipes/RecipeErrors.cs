namespace ModelPack.Packing.Recipes;

/// <summary>Codes of everything that can be wrong with settings and recipes; docs/errors.md explains each.</summary>
internal static class RecipeErrors
{
    public const string UnknownSetting = "MPK1301";
    public const string InvalidValue = "MPK1302";
    public const string NotInThisVersion = "MPK1303";
    public const string ValuesDoNotFit = "MPK1304";
    public const string FileUnreadable = "MPK1305";
    public const string FileNotARecipe = "MPK1306";
    public const string GivenTwice = "MPK1307";
    public const string MalformedOverride = "MPK1308";
    public const string OverrideMatchesNothing = "MPK1309";
    public const string TiedTableDisagrees = "MPK1310";
    public const string LimitWithoutText = "MPK1311";
}
