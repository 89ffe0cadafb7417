using ModelPack.Tool.Hosting;

return await ToolProcess.RunAsync(args);
