internal import Golden

/// The style sheet of a page: one column of text that is 80 characters wide, maps as wide as the
/// window lets them, and a dark ground for whoever has the system say so.
enum PageStyle {
    static func sheet(_ causes: [Cause.Name]) -> String {
        var light = ""
        var dark = ""
        for kind in MapClass.allCases {
            light += ".\(kind.name){fill:\(kind.colours.light)}"
            light += ".b\(kind.rawValue){background:\(kind.colours.light)}"
            dark += ".\(kind.name){fill:\(kind.colours.dark)}"
            dark += ".b\(kind.rawValue){background:\(kind.colours.dark)}"
        }
        let colours = Cause.Name.markColours
        for (index, cause) in causes.enumerated() {
            let pair =
                cause == .unexplained
                ? (light: "#111", dark: "#fff") : colours[min(index, colours.count - 1)]
            let name = cause.rawValue
            light += ".c-\(name){--c:\(pair.light)}.x-\(name){fill:\(pair.light)}"
            dark += ".c-\(name){--c:\(pair.dark)}.x-\(name){fill:\(pair.dark)}"
            // A cause that somebody points at is seen alone.
            light += ".maps:has(.k-\(name):hover) .x:not(.x-\(name)){opacity:.08}"
        }
        return common + light + "@media(prefers-color-scheme:dark){" + darkRoot + dark + "}"
    }

    private static let darkRoot = """
        :root{--ground:#131517;--panel:#1b1e21;--ink:#e8e8e4;--soft:#9aa1a7;--line:#2e3338;\
        --link:#7ab8ef}.ground{fill:var(--ground)}
        """

    private static let common = """
        :root{color-scheme:light dark;--ground:#fdfdfb;--panel:#f4f4f0;--ink:#1b1d1f;--soft:#5d6469;\
        --line:#dcdcd6;--link:#0b5cad;--mono:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono",\
        Menlo,Consolas,monospace}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        body{margin:0;background:var(--ground);color:var(--ink);\
        font:16px/1.55 ui-sans-serif,system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif}
        main{max-width:72rem;margin:0 auto;padding:3.5rem 1.5rem 4rem}
        header,section,footer{max-width:50rem}
        #maps{max-width:none}
        h1{font-size:1.9rem;line-height:1.22;font-weight:650;letter-spacing:-.015em;margin:.3rem 0 1.4rem;\
        text-wrap:balance}
        h2{font-size:1.1rem;font-weight:650;margin:3.2rem 0 .8rem;padding-top:.9rem;\
        border-top:1px solid var(--line)}
        h3{font-size:1rem;font-weight:650;margin:0;display:flex;align-items:baseline;gap:.55rem}
        h3 code{font-size:.85em;font-weight:400;color:var(--soft)}
        h3 span{margin-left:auto;font-weight:400;font-size:.875rem;color:var(--soft);white-space:nowrap}
        p{margin:.4rem 0}
        a{color:var(--link);text-decoration:none}
        a:hover{text-decoration:underline}
        .kicker{font:.8rem var(--mono);color:var(--soft);margin:0}
        .note,.hint,footer{color:var(--soft);font-size:.9rem}
        .note,.hint{max-width:75ch}
        code,td,.mono{font-family:var(--mono);font-size:.8rem}
        td,code,.mono,h1{overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%;margin:.5rem 0 .2rem}
        th{font-weight:500;text-align:left;color:var(--soft);font-size:.8rem;padding:.2rem .9rem .2rem 0;\
        border-bottom:1px solid var(--line);vertical-align:bottom}
        td{padding:.28rem .9rem .28rem 0;border-bottom:1px solid var(--line);vertical-align:top;\
        line-height:1.45}
        th:last-child,td:last-child{padding-right:0}
        tr:last-child td{border-bottom:0}
        tr.open td{border-bottom:0;padding-bottom:0}
        td.culprit{font:.9rem/1.45 ui-sans-serif,system-ui,sans-serif;padding-bottom:.45rem}
        td b{font-weight:600}td.s{white-space:nowrap}th:nth-child(n+2){min-width:4rem}
        td.v{color:var(--soft)}td.v b{color:var(--ink)}td i{color:var(--soft)}
        td.n,th.n{text-align:right;white-space:nowrap}
        .sides th:first-child,.sides td:first-child{width:6.5rem;color:var(--soft);\
        font:.8rem ui-sans-serif,system-ui,sans-serif}
        .bar{display:flex;height:.75rem;margin:1.6rem 0 .5rem;border-radius:2px;overflow:hidden;\
        background:var(--line);gap:1px}
        .bar a.follows,.marks path.f{opacity:.5}\
        .bar a{display:block;background:var(--c);min-width:3px}
        .chip{display:inline-block;flex:none;width:.7rem;height:.7rem;border-radius:2px;background:var(--c)}
        .cause{margin:1.1rem 0 1.7rem;padding-left:1rem;border-left:3px solid var(--c)}
        .cause:target{background:var(--panel);outline:.6rem solid var(--panel)}
        .finding{margin-top:.7rem}
        details{margin:.5rem 0}
        summary{cursor:pointer;color:var(--soft);font-size:.9rem}
        .derived{margin:.3rem 0 0;padding-left:1.1rem;color:var(--soft);font-size:.875rem}
        .warning{border-left:3px solid #c98a00;padding-left:1rem;margin:1rem 0}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;padding:0;margin:.5rem 0;\
        font-size:.85rem}
        .legend li,.legend a{display:flex;align-items:center;gap:.4rem}
        .legend.quiet{color:var(--soft);margin-bottom:1rem}.legend.quiet .chip{opacity:.5}
        .key a{font-family:var(--mono);color:var(--ink)}
        .maps input{position:absolute;opacity:0}
        .maps label{display:inline-block;padding:.25rem .9rem;font-size:.85rem;cursor:pointer;\
        border:1px solid var(--line);color:var(--soft)}
        .maps label:first-of-type{border-radius:4px 0 0 4px}
        .maps label:last-of-type{border-radius:0 4px 4px 0;border-left:0}
        .maps input:checked+label{background:var(--ink);border-color:var(--ink);color:var(--ground)}
        .maps input:focus-visible+label{outline:2px solid var(--link);outline-offset:2px}
        figure{margin:0}figure svg{display:block;width:100%;height:auto}
        #side-a:checked~#map-b,#side-b:checked~#map-a{display:none}
        .defs{position:absolute;width:0;height:0}
        .ground{fill:var(--ground)}
        figure text{fill:var(--soft);font:11px var(--mono)}
        .ground-layer path{opacity:.38}
        .marks path{transition:opacity .12s}
        .marks path:hover,.ground-layer path:hover{stroke:var(--ink);stroke-width:1;opacity:1}
        footer{margin-top:4rem;padding-top:.9rem;border-top:1px solid var(--line)}
        @media(max-width:40rem){main{padding:1.5rem 1rem}h1{font-size:1.5rem}h3{flex-wrap:wrap}\
        td.s{white-space:normal}}
        @media print{#map-a,#map-b{display:block!important}.maps label,.maps input{display:none}}

        """
}
