using Budgeting.Silo;
using Budgeting.Web;

// The site's settings are built beside this program's own files.
return await WebSite.RunAsync(args, builder => builder.AddSilo(), AppContext.BaseDirectory);

namespace Budgeting.Silo
{
    /// <summary>Names this program to tests, which start it by its entry point.</summary>
    public sealed class SiloProgram;
}
