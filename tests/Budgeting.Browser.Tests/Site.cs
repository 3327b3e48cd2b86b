using System.Globalization;
using System.Net;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Notifications;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
#if SILO
using Host = Budgeting.Silo.SiloProgram;
#else
using Host = Program;
#endif

namespace Budgeting.Browser.Tests;

/// <summary>The web site on a port of its own over a fresh SQLite file, jobs running, by a clock that the test moves.</summary>
public sealed class Site : WebApplicationFactory<Host>
{
    private readonly TestDatabase _database;
    private readonly bool _demo;
    private readonly bool _ownsDatabase;
    private readonly Dictionary<string, HeldPasskey> _passkeys = [];

    private readonly IReadOnlyList<(string Name, string Value)> _settings;

    private Site(TestDatabase database, TestClock clock, bool demo, bool ownsDatabase, IReadOnlyList<(string, string)>? settings = null)
    {
        _settings = settings ?? [];
        (_database, Clock, _demo, _ownsDatabase) = (database, clock, demo, ownsDatabase);
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
    }

    public TestClock Clock { get; }

    public string Address { get; private set; } = "";

    public static async Task<Site> StartAsync(DateTimeOffset now, bool demo = false) =>
        new Site(await TestDatabase.CreateAsync(DatabaseKind.Sqlite), new(now), demo, ownsDatabase: true).Started();

    /// <summary>The site over a world's database and by its clock; the world is the test's to dispose of.</summary>
    public static Site Over(World world, params IReadOnlyList<(string Name, string Value)> settings) =>
        new Site(world.Database, world.Clock, demo: false, ownsDatabase: false, settings).Started();

    /// <summary>The mail the site sends.</summary>
    public SmtpServer Mail { get; } = new();

    /// <summary>The passkey of a person.</summary>
    public HeldPasskey PasskeyOf(string email) => _passkeys[email];

    /// <summary>Registers a person with a role and a passkey.</summary>
    public async Task PersonAsync(string email, string name, string homeRegion, Role role, string roleRegion)
    {
        await using var scope = Services.CreateAsyncScope();
        var regions = scope.ServiceProvider.GetRequiredService<IRegions>();
        var home = (await regions.FindAsync(homeRegion, default))!.Region.Id;
        var account = new Account { UserName = email, Email = email, EmailConfirmed = true, DisplayName = name, HomeRegionId = home };
        var created = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account);
        Assert.True(created.Succeeded, string.Join(' ', created.Errors.Select(error => error.Description)));
        var passkey = HeldPasskey.Make(account.Id);
        var added = await scope.ServiceProvider.GetRequiredService<IPasskeys>().AddAsync(Actor.Person(account.Id), passkey.Info(Clock.Now), "Testi", "fi", default);
        Assert.True(added.Granted);
        var granted = await scope.ServiceProvider.GetRequiredService<IRoles>()
            .GrantAsync(Actor.Platform, new(account.Id, role, (await regions.FindAsync(roleRegion, default))!.Region.Id, "Kokeita varten"), default);
        Assert.True(granted.Granted);
        _passkeys[email] = passkey;
    }

    public async Task<T> Do<TService, T>(Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Mail.DisposeAsync();
        if (_ownsDatabase)
            await _database.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Database:Provider", _database.Provider);
        builder.UseSetting("Database:ConnectionString", _database.ConnectionString);
        builder.UseSetting("Database:Clock", "Application");
        builder.UseSetting("Demo:Enabled", _demo ? "true" : "false");
        builder.UseSetting("Jobs:SweepInterval", "00:00:02");
        // Passkeys belong to a name; the port of the links is the test's to add.
        builder.UseSetting("Site:Address", "http://localhost");
        foreach (var (name, value) in Mail.Settings)
            builder.UseSetting(name, value);
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);
        builder.UseSetting("RateLimits:SignIn:Permits", "1000");
        builder.ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
    }

    private Site Started()
    {
        StartServer();
        Address = ClientOptions.BaseAddress.ToString().TrimEnd('/').Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        return this;
    }
}
