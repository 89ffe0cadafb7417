namespace ModelPack.Packing.Recipes;

public sealed partial record Recipe
{
    /// <summary>
    /// Reads settings as they stand in MSBuild metadata or on the command line: names without regard to case, an empty
    /// value is an absent setting. When <c>Recipe</c> is among them that file is read first and these win over it.
    /// </summary>
    /// <param name="settings">Values by setting name; metadata that belongs to the item (see <see cref="SettingTable.ItemMetadata"/>) is passed over.</param>
    /// <param name="baseFolder">The folder that relative paths start from; null: the current one.</param>
    /// <exception cref="ModelPackException">An unknown name, a value out of range or one that this version cannot do (MPK13nn).</exception>
    public static Recipe Parse(IEnumerable<KeyValuePair<string, string>> settings, string? baseFolder = null)
    {
        Recipe recipe = Read(settings, baseFolder);
        RecipeRules.Require(recipe);
        return recipe;
    }

    /// <summary>Reads a text written by <see cref="Canonical"/>.</summary>
    /// <exception cref="ModelPackException">The text is not of that form.</exception>
    public static Recipe ParseCanonical(string canonical)
    {
        ArgumentNullException.ThrowIfNull(canonical);
        return Parse(canonical
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Select(parts => KeyValuePair.Create(parts[0], parts.Length > 1 ? parts[1] : "")));
    }

    /// <summary>Reads without the check of what this version can do and of values that do not fit together.</summary>
    internal static Recipe Read(IEnumerable<KeyValuePair<string, string>> settings, string? baseFolder)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string folder = Path.GetFullPath(baseFolder ?? ".");
        Dictionary<SettingDefinition, string> own = Collect(settings, folder);
        var all = new Dictionary<SettingDefinition, string>();
        if (own.TryGetValue(SettingTable.Recipe, out string? file))
        {
            try
            {
                all = Collect(RecipeFileReader.Read(file), Path.GetDirectoryName(file)!);
                _ = Apply(all);
            }
            catch (ModelPackException exception) when (exception.Code is not (RecipeErrors.FileUnreadable or RecipeErrors.FileNotARecipe))
            {
                throw new ModelPackException(exception.Code, $"{file}: {exception.Message}", exception);
            }
        }

        foreach ((SettingDefinition setting, string text) in own)
        {
            all[setting] = text;
        }

        return Apply(all);
    }

    private static Dictionary<SettingDefinition, string> Collect(IEnumerable<KeyValuePair<string, string>> settings, string folder)
    {
        var collected = new Dictionary<SettingDefinition, string>();
        foreach ((string name, string value) in settings)
        {
            string text = value.Trim();
            if (text.Length == 0 || SettingTable.IsItemMetadata(name))
            {
                continue;
            }

            SettingDefinition setting = SettingTable.Get(name);
            if (!collected.TryAdd(setting, setting.IsPath ? FullPaths(setting, text, folder) : text))
            {
                throw new ModelPackException(RecipeErrors.GivenTwice, $"{setting.Name} is given twice; keep one of them.");
            }
        }

        return collected;
    }

    private static string FullPaths(SettingDefinition setting, string text, string folder) => !setting.IsList
        ? Path.GetFullPath(text, folder)
        : string.Join(';', text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(path => Path.GetFullPath(path, folder)));

    private static Recipe Apply(Dictionary<SettingDefinition, string> settings)
    {
        Recipe recipe = Default;
        foreach (SettingDefinition setting in SettingTable.All)
        {
            if (settings.TryGetValue(setting, out string? text))
            {
                recipe = setting.Apply(recipe, text);
            }
        }

        return settings.ContainsKey(SettingTable.GroupSize)
            ? recipe
            : recipe with { GroupSize = SettingTable.DefaultGroupSize(recipe.Target) };
    }
}
