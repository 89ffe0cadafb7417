if (args is ["settings"])
{
    Console.Out.Write(ModelPack.Packing.Recipes.SettingDocument.Write());
    return 0;
}

return 2; // commands follow
