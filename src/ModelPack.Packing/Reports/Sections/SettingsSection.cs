namespace ModelPack.Packing.Reports.Sections;

/// <summary>The settings that decided the bytes.</summary>
internal static class SettingsSection
{
    public static void Write(Html html, ReportData data)
    {
        html.Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"settings-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Setting</th><th scope=\"col\">Value</th></tr></thead>")
            .Raw("<tbody>");
        foreach (ReportSetting setting in data.Settings)
        {
            html.Line($"<tr><th scope=\"row\">{setting.Name}</th><td class=\"code\">{setting.Value}</td></tr>");
        }

        html.Raw("</tbody></table></div>");
    }
}
