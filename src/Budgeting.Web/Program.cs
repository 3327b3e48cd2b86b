using Budgeting.Web;

return await WebSite.RunAsync(args);

/// <summary>The web site's entry point, public so that tests can start the site.</summary>
public partial class Program;
