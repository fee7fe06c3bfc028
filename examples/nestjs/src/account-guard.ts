import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common'
import { accounts, type User } from './tracker'

/** Lets in who has an account, and leaves the user on the request. */
@Injectable()
export class AccountGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string }; user?: User }>()
    const id = request.headers.authorization?.replace('Bearer ', '')
    const account = [...accounts.values()].find(({ user }) => user.id === id)
    if (account === undefined) throw new UnauthorizedException('Log in first')
    request.user = account.user
    return true
  }
}
