namespace ModelPack.Packing.Reports;

/// <summary>The style sheet of reports. Colours of text reach a contrast of 4.5 on their grounds, those of marks 3, in both schemes.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root {
          color-scheme: light dark;
          --ground: #ffffff; --raised: #f4f6f8; --line: #d3d9e0; --text: #1a2027; --quiet: #55606c; --accent: #0a5bb0; --bar: #2f7fd1; --before: #9aa6b3;
          --mark: #fff0c2; --warn: #fff4e0; --warn-line: #b26a00;
          --c0: #0067a8; --c1: #a85400; --c2: #007256; --c3: #9c2c86; --c4: #5546b0; --c5: #7a6000; --c6: #bb3427;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #11161c; --raised: #1a2129; --line: #35404c; --text: #e6ebf0; --quiet: #a3afbb; --accent: #7fbaff; --bar: #4f9cec; --before: #66727f;
            --mark: #4a3a00; --warn: #2e2413; --warn-line: #e0a040;
            --c0: #5cb8ee; --c1: #f2a765; --c2: #4fcaa6; --c3: #ea92d5; --c4: #b0a4f8; --c5: #d9c24f; --c6: #ff8f80;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 62rem; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        a { color: var(--accent); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: -100vw; top: 0; padding: .5rem 1rem; background: var(--ground); z-index: 1; }
        .skip:focus { left: 0; }
        header { padding-top: 2rem; border-bottom: 1px solid var(--line); }
        h1 { margin: 0; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
        h2 { margin: 2.5rem 0 .5rem; font-size: 1.3rem; }
        .kind { margin: 0; color: var(--quiet); }
        .facts { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin: 1.25rem 0; }
        .facts dt { color: var(--quiet); font-size: .85rem; }
        .facts dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1rem; padding: 0; list-style: none; }
        nav a { display: inline-block; padding: .15rem 0; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--quiet); padding: .25rem 0; }
        th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        thead th { color: var(--quiet); font-weight: 600; font-size: .85rem; white-space: nowrap; }
        tbody th { font-weight: 400; }
        tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
        .n { text-align: right; white-space: nowrap; }
        .line { white-space: nowrap; }
        .quiet { color: var(--quiet); }
        .code { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .85rem; overflow-wrap: anywhere; }
        .bars { min-width: 9rem; padding-top: .6rem; }
        .bars i { display: block; height: .45rem; margin-bottom: .15rem; border-radius: .1rem; background: var(--bar); }
        .bars i:first-child { background: var(--before); }
        .key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0; padding: 0; list-style: none; }
        .key li { display: flex; align-items: center; gap: .4rem; }
        .key svg { width: 1.75rem; height: 1rem; flex: none; }
        .key i { width: 1.25rem; height: .45rem; border-radius: .1rem; background: var(--bar); }
        .key i.before { background: var(--before); }
        .plot { display: block; min-width: 36rem; width: 100%; height: auto; font-size: 13px; }
        .plot text { fill: var(--quiet); }
        .plot .grid { stroke: var(--line); stroke-width: 1; }
        .series { fill: none; stroke-width: 1.75; }
        .series path { fill: var(--ground); }
        .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); } .s6 { stroke: var(--c6); }
        .texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
        figure { margin: 0; padding: 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: .4rem; }
        figcaption { color: var(--quiet); margin-bottom: .5rem; }
        figure p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        mark { background: var(--mark); color: inherit; border-radius: .15rem; }
        details { margin: .75rem 0; }
        summary { cursor: pointer; color: var(--accent); padding: .25rem 0; }
        .warnings { margin-top: 1.5rem; padding: .1rem 1rem; background: var(--warn); border-left: .3rem solid var(--warn-line); }
        .warnings h2 { margin-top: .75rem; }
        footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
        @media (max-width: 40rem) { .wide { display: none; } .bars { min-width: 5rem; } th, td { padding-right: .5rem; } }
        @media print { .skip, nav { display: none; } body { max-width: none; } }
        """;
}
